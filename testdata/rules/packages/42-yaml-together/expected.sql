CREATE TABLE "all" (z INTEGER, src TEXT, alpha INTEGER, place_id INTEGER REFERENCES places(id), kind_id INTEGER REFERENCES kind(id), cur TEXT, n INTEGER, f REAL, t INTEGER, s TEXT);
 CREATE TABLE places (id INTEGER PRIMARY KEY, place TEXT, country TEXT, UNIQUE(place,country)); CREATE TABLE kind (id INTEGER PRIMARY KEY, kind TEXT UNIQUE);
