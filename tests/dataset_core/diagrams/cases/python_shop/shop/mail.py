"""Mail to customers."""


def send_receipt(receipt: str) -> None:
    """Send a receipt."""
    print(receipt)
