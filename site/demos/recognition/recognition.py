"""Recognition: people enrolled by name, and who of them is in a picture."""

import page

import pyface_web as faceapi

# A face that falls short of these is not enrolled; short of the usual limits, with a remark.
USELESS = faceapi.QualityLimits(
    min_size=40, min_score=0.5, min_sharpness=0.005, max_yaw=60, max_pitch=60, max_roll=180,
    min_brightness=0.05, max_blown=0.5,
)  # fmt: skip

faces = []  # of the picture that is shown


# --- who is in the picture


async def look():
    global faces
    page.busy("Opening the picture")
    (picture,) = page.chosen()
    image = await page.load(picture)
    faces = []
    page.element("faces").replaceChildren()  # nobody is enrolled from cards of another picture
    page.stage().show(image)
    page.busy("Describing faces")
    await page.paint()
    found = await described(image)
    remarks = await faceapi.assess_face_quality(image, found)
    useless = await faceapi.assess_face_quality(image, found, USELESS)
    bodies = iter([card_of(*both) for both in zip(remarks, useless, strict=True)])
    await page.cards("faces", image, found, lambda _face: next(bodies))
    faces = found
    show_faces()
    return summary()


async def described(image):
    """The faces of a picture, their descriptors cut as those of the people are to whom they are
    compared: an older version, which kept them or wrote the file, did not turn heads upright."""
    task = (await page.detect(image)).with_face_landmarks()
    found = await task.with_face_descriptors()
    return (
        await task.with_face_descriptors(align=store.align) if are_cut_otherwise(found) else found
    )


def are_cut_otherwise(found):
    return bool(found) and store.align not in (None, found[0].descriptor_align)


def card_of(quality, hard_quality):
    """Below who it is: what the picture is worth, and a form to enrol the person by it."""
    if not hard_quality.ok:
        problems = [page.text_of("li", str(problem)) for problem in hard_quality.problems]
        return [
            page.made("div", "nearest"),
            page.text_of("p", "This face cannot be enrolled."),
            page.made("ul", "remarks", *problems),
        ]
    problems = [page.text_of("li", str(problem)) for problem in quality.problems]
    name = page.made("input", "label")
    name.placeholder, name.maxLength, name.required = "Name", 80, True
    name.setAttribute("aria-label", "Name of this person")
    name.setAttribute("list", "names")
    button = page.text_of("button", "Enrol" if quality.ok else "Enrol anyway")
    return [
        page.made("div", "nearest"),
        page.made("ul", "remarks", *problems),
        page.made("form", "enrol", name, button),
    ]


def match(face):
    return store.find_best_match(face.descriptor, page.number("threshold"))


def show_faces(_event=None):
    """Write who the faces are: on the picture, and on their cards with the nearest people."""
    if are_cut_otherwise(faces):  # from people that a file just brought; import_ looks again
        return
    matches = [match(face) for face in faces]
    names = [str(i + 1) if m.label == "unknown" else m.label for i, m in enumerate(matches)]
    if faces:
        page.stage().show(page.stage().image, faces, labels=names)
    limit = page.number("threshold")
    nearest_people = store.matcher().top_k if faces else None
    for index, face in enumerate(faces):
        card = page.element("faces").children[index]
        known = matches[index].label if len(store) else f"Face {index + 1}"
        card.querySelector(".name").textContent = known
        nearest = [
            page.scale(found.distance, 0, 1.2, f"{found.label} {found.distance:.2f}", limit)
            for found in nearest_people(face.descriptor, 3)
        ]
        card.querySelector(".nearest").replaceChildren(*nearest)


def summary():
    known = [found.label for found in map(match, faces) if found.label != "unknown"]
    if not known:
        return f"{page.count(len(faces), 'face')}, nobody known"
    return page.count(len(faces), "face", [*known, *["unknown"] * (len(faces) - len(known))])


# --- enrolment


async def enrol(event):
    card = event.target.closest(".face-card")
    face = faces[list(page.element("faces").children).index(card)]
    name = card.querySelector("input")
    (portrait,) = await page.portraits(page.stage().image, [face])
    person = await roster.do(
        store.enrol(name.value, face.descriptor, portrait=page.data_url(portrait))
    )
    if person:
        name.value = ""
        page.done(f"{person.label} is enrolled. {summary()}")


async def keep(_event):
    await roster.do(store.keep() if page.checked("keep") else store.stop_keeping())


async def set_days(_event):
    days = page.value("days")
    await roster.do(store.set_expires_after(float(days) if days else None))


async def export(_event):
    text = await roster.do(store.export_json(page.value("passphrase") or None))
    if text:
        await page.save("people.json", text, "application/json")
        page.done(f"{people()} in people.json")


async def import_(event):
    text = await page.read(event)
    if text is None:
        return
    page.busy("Reading the file")
    await page.paint()
    found = await roster.do(store.import_json(text, page.value("passphrase") or None))
    if are_cut_otherwise(faces):
        await look()
    page.done(f"Nothing imported. {summary()}" if found is None else f"{people()}. {summary()}")


async def delete_all(_event):
    page.element("sure").close()
    page.element("people-title").focus()
    await roster.do(store.delete_all())
    page.done(f"Everybody is deleted. {summary()}")


def people():
    return "1 person" if len(store) == 1 else f"{len(store)} people"


def show_store():
    """After every change: what is where, and who is in the picture now."""
    page.element("nobody").hidden = len(store) > 0
    page.element("delete-all").hidden = len(store) == 0
    page.element("keep").checked = store.is_kept
    page.element("where").textContent = (
        f"{people()} in the storage of this browser, for this site alone"
        if store.is_kept
        else "in memory only: gone when this page is closed"
    )
    page.element("days").value = f"{store.expires_after:g}" if store.expires_after else ""
    show_faces()


def begin(_event=None):
    """The notice stays at hand, and the page begins."""
    page.element("about").append(page.element("notice"))
    page.element("consent").hidden = True
    page.element("begun").hidden = False
    page.react(look, within=None)


async def main():
    global store, roster
    try:
        store = await faceapi.IdentityStore.open(expires_after=30)  # who was kept here, or nobody
    except faceapi.errors.StorageError as error:
        store = faceapi.IdentityStore(expires_after=30)
        page.show_error(error, "People can be remembered in memory only")
    roster = page.Roster("people", store, show_store)
    roster.show()
    show_store()
    if page.element("consent").hidden or store.is_kept:  # then the visitor agreed before
        begin()
    else:
        page.on("agree", "click", begin)


page.on("faces", "submit", enrol)
page.on("threshold", "input", show_faces)
page.on("keep", "change", keep)
page.on("days", "change", set_days)
page.on("file", "submit", export)
page.on("import", "change", import_)
page.on("delete-all", "click", lambda _event: page.element("sure").showModal())
page.on("sure-no", "click", lambda _event: page.element("sure").close())
page.on("sure-yes", "click", delete_all)
for form in ("settings", "keeping"):
    page.on(form, "submit", lambda _event: None)  # the page stays
page.launch(main())
