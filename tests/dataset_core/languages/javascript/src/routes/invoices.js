'use strict';

const express = require('express');
const { requireUser } = require('../middleware/auth');

const router = express.Router();
const PAGE_SIZE = 50;

/** An invoice could not be found. */
class InvoiceNotFound extends Error {
  static status = 404;
  #id;

  constructor(id, options = {}) {
    super(`No invoice ${id}`, options);
    this.#id = id;
  }

  get id() {
    return this.#id;
  }

  toJSON() {
    return { id: this.#id, message: this.message };
  }
}

/**
 * Adds up the lines of an invoice.
 *
 * @param {Line[]} lines
 * @returns {number} in cents
 */
function total(lines, { discount = 0 } = {}, ...rest) {
  return lines.reduce((sum, line) => sum + line.cents * line.count, 0) - discount;
}

const findInvoice = async (request, id) => {
  const invoice = await request.app.locals.invoices.findById(id);
  if (!invoice) {
    throw new InvoiceNotFound(id);
  }
  return invoice;
};

router.get('/:id', requireUser, async (request, response, next) => {
  try {
    const invoice = await findInvoice(request, request.params.id);
    response.json({ ...invoice, total: total(invoice.lines) });
  } catch (error) {
    next(error);
  }
});

exports.cancel = function cancel(invoice) {
  invoice.state = 'cancelled';
};

module.exports = { router, total, PAGE_SIZE };
