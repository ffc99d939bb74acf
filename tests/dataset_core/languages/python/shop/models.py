"""Articles and orders of the shop."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from shop.money import Money as Amount, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINES = 50
log = get_logger(__name__)


class Article(models.Model):
    """Something that can be bought.

    Its price may change at any time.
    """

    name = models.CharField(max_length=80)
    price: Decimal = models.DecimalField(max_digits=8, decimal_places=2)
    objects: ClassVar[ArticleManager] = ArticleManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def amount(self) -> Amount:
        """The price, rounded."""
        return rounded(Amount(self.price))

    @classmethod
    def cheapest(cls, count: int = 1, *names: str, within: dt.timedelta | None = None, **filters: object) -> Iterator[Article]:
        def key(article):
            return article.price

        if count > MAX_LINES:
            raise TooMany(count)
        yield from sorted(cls.objects.filter(name__in=names, **filters), key=key)[:count]


class TooMany(ValueError):
    pass


# Orders of the last day.
async def recent(repository: OrderRepository, limit=10) -> list[Order]:
    since = dt.datetime.now(tz=dt.timezone.utc) - dt.timedelta(days=1)
    return await repository.find(since=since, limit=limit)
