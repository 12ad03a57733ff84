PRAGMA encoding='UTF-16be';
PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE tä(a, b);
INSERT INTO "tä" VALUES('é𝄞',1);
INSERT INTO "tä" VALUES('a'||char(0)||'b','it''s');
COMMIT;
