"""Short tales: a plot is a chain of scenes, a scene a few sentences with several wordings each.

Who is there, who holds what and where everybody is comes from the plot, so it stays consistent to the end.
"""

from random import Random

from tales import plots_friends, plots_objects
from tales.teller import Tale

PLOTS = [
    plots_objects.lost,
    plots_objects.trade,
    plots_objects.borrowed,
    plots_objects.treasure,
    plots_friends.delivery,
    plots_friends.rescue,
    plots_friends.race,
    plots_friends.fear,
    plots_friends.guest,
    plots_friends.garden,
]


def tale(rng: Random, hero: str = "", noun: str = "") -> str:
    """One tale of some 150 to 200 words. `hero` and `noun` fix the name of the hero and of the object."""
    t = Tale(rng, hero, noun)
    t.begin()
    rng.choice(PLOTS)(t)
    return " ".join(t.sentences)
