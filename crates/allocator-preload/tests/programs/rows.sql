PRAGMA journal_mode = WAL;
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, town TEXT, born INTEGER, note BLOB);
CREATE TABLE letter (id INTEGER PRIMARY KEY, sender INTEGER REFERENCES person, receiver INTEGER, words INTEGER, body TEXT);
BEGIN;
WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
INSERT INTO person SELECT i, 'name ' || (i * 7919 % 60000), 'town ' || (i * 31 % 997), 1900 + i * 17 % 120, zeroblob(i % 50) FROM n;
WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 150000)
INSERT INTO letter SELECT i, 1 + i * 104729 % 60000, 1 + i * 1299709 % 60000, i * 13 % 500, printf('%0*d', i % 90, i) FROM n;
COMMIT;
CREATE INDEX by_town ON person (town, born);
CREATE INDEX by_name ON person (name);
CREATE INDEX by_sender ON letter (sender, words);
SELECT town, count(*), min(born), max(name) FROM person GROUP BY town ORDER BY count(*) DESC, town LIMIT 10;
SELECT p.name, count(*), sum(l.words) FROM person p JOIN letter l ON l.sender = p.id WHERE p.born > 2000 GROUP BY p.id ORDER BY 3 DESC, 1 LIMIT 10;
SELECT substr(body, -3), count(DISTINCT receiver), group_concat(words) FROM letter WHERE words % 97 = 5 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5;
UPDATE letter SET body = body || '-' || words WHERE id % 3 = 0;
DELETE FROM letter WHERE id % 7 = 0;
DELETE FROM person WHERE id NOT IN (SELECT sender FROM letter) AND id NOT IN (SELECT receiver FROM letter);
SELECT count(*), sum(length(body)), sum(words) FROM letter;
SELECT count(*), total(length(note)) FROM person;
SELECT name, rank() OVER (PARTITION BY town ORDER BY born, id) FROM person ORDER BY id LIMIT 7;
VACUUM;
PRAGMA integrity_check;
