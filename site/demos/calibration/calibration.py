"""Choosing a threshold: distances of labelled pictures, and what a threshold makes of them."""

import math

import page

import pyface_web as faceapi

same, different = faceapi.pair_distances([])  # distances of pairs of one person, of two people


def measure():
    """After every change of people and pictures."""
    global same, different
    same, different = faceapi.pair_distances(album.labeled_descriptors())
    suggest()
    album.show_pairs("extremes")
    page.done(album.summary())


def suggest(_event=None):
    """Put the slider where the errors are fewest, by the rule that is chosen."""
    possible = len(same) > 0 and len(different) > 0
    if possible:
        bound = page.value("bound")
        found = faceapi.suggest_threshold(same, different, float(bound) if bound else None)
        page.element("threshold").value = found.threshold
    page.element("suggested").disabled = not possible
    show()


def show(_event=None):
    """The hills, the threshold between them, and its errors."""
    threshold = page.number("threshold")
    counts_same, counts_different, edges = faceapi.distance_histograms(same, different, bins=26)
    series = {"one person": counts_same.tolist(), "two people": counts_different.tolist()}
    plot = page.histogram(series, edges.tolist(), threshold, shares=True)
    label = f"Distances. {spread('One person', same)}. {spread('Two people', different)}."
    plot.setAttribute("aria-label", label)
    page.element("plot").replaceChildren(plot)
    page.element("threshold").max = edges[-1]
    page.element("shown").textContent = f"{threshold:.3f}"

    rates = faceapi.error_rates(same, different, threshold)
    say("false-matches", rates.false_matches, rates.different, rates.false_match_rate_up_to)
    say("missed", rates.missed, rates.same, rates.false_non_match_rate_up_to)
    page.element("meaning").textContent = meaning(threshold)
    warnings = rates.warnings if album.people else ()
    page.element("warnings").replaceChildren(*(page.text_of("li", text) for text in warnings))


def say(id, wrong, pairs, up_to):
    page.element(id).textContent = percent(wrong / pairs) if pairs else "-"
    counts = f"{wrong} of {page.count(pairs, 'pair')}; the truth may be up to {percent(up_to)}"
    page.element(f"{id}-of").textContent = counts if pairs else "no pairs yet"


def percent(rate):
    return f"{100 * rate:.1f} %".replace(".0 ", " ")


def spread(who, distances):
    if not len(distances):
        return f"{who}: no pairs"
    low, high = distances.min(), distances.max()
    return f"{who}: {page.count(len(distances), 'pair')} from {low:.2f} to {high:.2f}"


def meaning(threshold):
    if not len(same):
        return "Add a second picture of somebody: how near are pictures of one person?"
    if not len(different):
        return "Add a second person: how near are pictures of two people?"
    told = f"A face nearer than {threshold:.2f} to a picture of somebody counts as that person. "
    if same.max() < different.min():
        return told + (
            "The hills do not touch: any threshold between them is right for these pictures. "
            "That does not promise that it is for all."
        )
    return told + (
        "The hills overlap, so every threshold is sometimes wrong. Further left, people are less "
        "often taken for somebody else; further right, they are more often recognised."
    )


# --- the example


def copies(crop):
    """Other pictures of a face, as far as one can be made into more."""
    yield redrawn(crop, 480)
    yield redrawn(crop, 480, mirrored=True, darker=0.5)
    yield redrawn(crop, 180, turned=8)
    yield redrawn(crop, 320, mirrored=True, turned=-12, darker=0.25)


def redrawn(crop, size, mirrored=False, turned=0, darker=0):
    canvas = faceapi.create_canvas(faceapi.Dimensions(size, size))
    context = canvas.getContext("2d")
    context.translate(size / 2, size / 2)
    context.rotate(math.radians(turned))
    context.scale(-1 if mirrored else 1, 1)
    context.drawImage(crop, -size / 2, -size / 2, size, size)
    context.fillStyle = f"rgba(0, 0, 0, {darker})"
    context.fillRect(-size, -size, 2 * size, 2 * size)
    return canvas


async def example():
    page.busy("Making the example")
    people = [album.add_person() for _ in range(4)]
    image = await faceapi.fetch_image("../../images/sample6.jpg")
    faces = await (await page.detect(image))
    for person, crop in zip(people, await page.crops(image, faces, margin=0.6), strict=False):
        await album.add(person, copies(crop))


def start_empty(_event):
    page.element("example").hidden = page.element("empty").hidden = True
    album.clear()
    for _ in range(2):
        album.add_person()
    measure()
    album.people[0].field.focus()


album = page.Album("people", measure)
page.on("threshold", "input", show)
page.on("suggested", "click", suggest)
page.on("settings", "change", suggest)
page.on("settings", "submit", lambda _event: None)
page.on("empty", "click", start_empty)
page.on("add", "click", lambda _event: album.add_person().field.focus())
show()
page.launch(example())
