CREATE TABLE customers (
    id BIGINT PRIMARY KEY,
    email VARCHAR(200) UNIQUE NOT NULL
);

CREATE TABLE orders (
    id BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customers (id),
    placed_at TIMESTAMP NOT NULL
);

CREATE TABLE order_lines (
    order_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    article TEXT NOT NULL,
    PRIMARY KEY (order_id, position),
    FOREIGN KEY (order_id) REFERENCES orders (id)
);
