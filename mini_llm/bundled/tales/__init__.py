"""Short tales: a plot is a chain of scenes, a scene a sentence or two with several wordings each.

Who is there, who holds what and where everybody is comes from the plot, so it stays consistent to the end.
"""

from random import Random

from tales import plots_friends, plots_objects
from tales.teller import Tale

PLOTS = [
    plots_friends.rescue,
    plots_objects.lost,
    plots_friends.fear,
    plots_objects.treasure,
    plots_friends.race,
    plots_objects.borrowed,
    plots_friends.guest,
    plots_friends.delivery,
    plots_friends.garden,
    plots_objects.trade,
]
WITHOUT_THING = [plots_friends.rescue, plots_friends.garden]


def tale(rng: Random, hero: str = "", noun: str = "") -> str:
    """One tale of 150 to 200 tokens. `hero` and `noun` fix the name of the hero and of the object.

    The beginning and the kind of hero decide about the plot. Were the plot drawn freely, a greedy reader of the
    model would always meet the likeliest one.
    """
    while True:
        t = Tale(rng, hero, noun)
        plot = PLOTS[(t.opening + 3 * t.group) % len(PLOTS)]
        if not (noun and plot in WITHOUT_THING):
            break
    t.begin()
    plot(t)
    return " ".join(t.sentences)
