"""What the shop keeps."""

from django.db import models


class Customer(models.Model):
    """Somebody who buys."""

    email = models.EmailField(unique=True)


class Order(models.Model):
    """What a customer bought at once."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    note = models.TextField(null=True)
    tags = models.ManyToManyField("Tag")


class Tag(models.Model):
    """A word to find orders by."""

    word = models.CharField(max_length=40)
