"""The domain models that ship: large enough, sound, and refused with a clear message when they are not."""

import pytest

from dataset_core.composer.domain_files import DOMAINS_FOLDER, DomainFileError, load_domain, load_domains
from dataset_core.composer.selection import choose_entities, relations_among


def test_there_are_enough_domains_each_named_as_its_file():
    domains = load_domains()
    assert len(domains) >= 15
    assert [path.stem for path in sorted(DOMAINS_FOLDER.glob("*.toml"))] == [domain.slug for domain in domains]


@pytest.mark.parametrize("domain", load_domains(), ids=lambda domain: domain.slug)
def test_every_domain_is_rich_enough(domain):
    assert len(domain.entities) >= 12
    assert len(domain.use_cases) >= 8
    assert len(domain.machines) >= 2
    assert all(entity.about and len(entity.fields) >= 2 for entity in domain.entities)
    assert len(domain.services) >= 5


@pytest.mark.parametrize("domain", load_domains(), ids=lambda domain: domain.slug)
def test_everything_in_a_domain_is_used(domain):
    talking = {name for wire in domain.wires for name in (wire.source, wire.target)}
    talking |= {one.subscriber for one in domain.subscriptions}
    named = [*domain.actors, *(one.name for one in domain.apps + domain.externals)]
    named += [service.label for service in domain.services]
    assert [name for name in named if name not in talking] == []
    related = {name for relation in domain.relations for name in (relation.left, relation.right)}
    assert [entity.name for entity in domain.entities if entity.name not in related] == []


@pytest.mark.parametrize("domain", load_domains(), ids=lambda domain: domain.slug)
def test_every_state_can_be_reached_from_the_first(domain):
    for machine in domain.machines:
        reached = {machine.states[0]}
        for _ in machine.states:
            reached |= {one.target for one in machine.transitions if one.source in reached}
        assert reached == set(machine.states)


def test_chosen_entities_hang_together():
    from random import Random

    for domain in load_domains():
        for seed in range(20):
            names = choose_entities(domain, Random(seed), 4, 12)
            joined = {names[0]}
            for _ in names:
                joined |= {end for one in relations_among(domain, names) for end in (one.left, one.right) if {one.left, one.right} & joined}
            assert joined == set(names)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Guest 1 -- 0..* Reservation : makes", "Guest 1 -- 0..* Booking : makes", "booking.toml: no such name or key: 'Booking'"),
        ("number text, floor int", "number text, floor integer", "booking.toml: entities.Room.fields: unknown type"),
        ('owns = ["RatePlan", "SeasonalRate"]', 'owns = ["RatePlan"]', "every entity needs exactly one owner: SeasonalRate"),
        ("Card processor: authorise the card", "Card robot: authorise the card", "no such name or key: 'Card robot'"),
        ("find free rooms for the dates", "find <free> rooms", "not a label that can be drawn"),
        ("Pending -> Confirmed : confirm", "Pending => Confirmed : confirm", "booking.toml: states.Reservation: cannot read"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(tmp_path, old, new, message):
    text = (DOMAINS_FOLDER / "booking.toml").read_text(encoding="utf-8")
    assert old in text
    broken = tmp_path / "booking.toml"
    broken.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DomainFileError) as caught:
        load_domain(broken)
    assert message in str(caught.value)
