"""The books of the shop."""


class Ledger:
    """Every sale, once."""

    def book(self, order_id: int, amount: float) -> str:
        """Write a sale down and give its receipt."""
        return f"{order_id}: {amount:.2f}"


def record_sale(amount: float) -> None:
    """Count a sale."""
    print(amount)
