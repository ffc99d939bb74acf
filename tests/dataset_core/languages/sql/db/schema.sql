-- Owners and their pets.
CREATE TABLE IF NOT EXISTS owners (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    last_name VARCHAR(30) NOT NULL,
    city TEXT DEFAULT 'unknown'
);

CREATE TABLE pets (
    id BIGINT PRIMARY KEY,
    owner_id INTEGER NOT NULL REFERENCES owners (id),
    birth_date DATE,
    weight NUMERIC(5, 2),
    FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE
);

CREATE INDEX idx_pets_owner ON pets (owner_id);

-- How many pets each owner has.
CREATE VIEW pet_counts AS
SELECT o.last_name, COUNT(p.id) AS n_pets
FROM owners o
LEFT JOIN pets p ON p.owner_id = o.id
GROUP BY o.last_name;

CREATE FUNCTION full_name(first_name TEXT, last_name TEXT) RETURNS TEXT AS $$
    SELECT first_name || ' ' || last_name;
$$ LANGUAGE sql;

ALTER TABLE pets ADD COLUMN chip VARCHAR(15);

INSERT INTO owners (last_name, city) VALUES ('Franklin', 'Madison');

SELECT last_name, upper(city)
FROM owners
WHERE id IN (SELECT owner_id FROM pets WHERE weight > 20);
