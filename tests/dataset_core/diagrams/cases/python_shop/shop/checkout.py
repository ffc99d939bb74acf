"""From a basket to a paid order."""

from shop.ledger import Ledger, record_sale
from shop.mail import send_receipt


class Checkout:
    """Takes the money and tells the customer."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def pay(self, order_id: int, amount: float) -> str:
        """Books an order, and mails its receipt where there is one."""
        receipt = self.ledger.book(order_id, amount)
        if receipt:
            send_receipt(receipt)
        record_sale(amount)
        return receipt
