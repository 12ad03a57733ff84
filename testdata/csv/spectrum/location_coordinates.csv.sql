PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "location_coordinates" ("Contact Phone Number" INTEGER, "Location Coordinates" TEXT, "Cities" TEXT, "Counties" TEXT);
INSERT INTO "location_coordinates" VALUES(2095257564,'37�36''37.8"N 121�2''17.9"W','Modesto','Stanislaus');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/location_coordinates.csv',NULL,'0c68aedc167b8fbc748240ac08e628e972c454bfb69d5c530afd5bfbe8992a9f',117,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
