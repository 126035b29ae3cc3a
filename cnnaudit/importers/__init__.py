"""Networks from files of other programs; each joins the pipeline as a finished layer graph."""
