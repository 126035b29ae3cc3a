"""What a word of ``explain`` names: topics of the reference, a rule, or nothing."""

from cnnaudit.errors import AuditError, UsageError, did_you_mean
from cnnaudit.reference.catalogue import TopicPages, nearest_topic, topics_named
from cnnaudit.rules.catalogue import catalogue, rule_called
from cnnaudit.sources import zoo


def explain_word(word: str) -> TopicPages:
    """The pages of a word, with the rule of that name; raises ``UsageError`` if there is neither.

    The error names the network of the zoo, the topic or the rule that is nearest.
    """
    pages = topics_named(word)
    rules = list(catalogue())
    if word in rules:
        return pages._replace(rule=rule_called(word))
    if pages.topics:
        return pages
    if _is_in_the_zoo(word):
        raise _unknown(word, f"did you mean 'zoo:{word}'?")
    if topic := nearest_topic(word):
        raise _unknown(word, f"did you mean '{topic}'?")
    if did_you_mean(word, rules):
        rule_called(word)
    raise _unknown(word, "`cnnaudit explain` lists the topics, `cnnaudit rules` the rules")


def _is_in_the_zoo(word: str) -> bool:
    """Whether a word is the name of a shipped network, or another name for one."""
    try:
        zoo.open_zoo(word)
    except AuditError:
        return False
    return True


def _unknown(word: str, help: str) -> UsageError:
    return UsageError(f"there is no topic, rule or file '{word}': {help}")
