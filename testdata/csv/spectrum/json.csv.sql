PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "json" ("key" INTEGER, "val" TEXT);
INSERT INTO "json" VALUES(1,'{"type": "Point", "coordinates": [102.0, 0.5]}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/json.csv',NULL,'27bebe48687aa0cc5858692c49e390f129b79063cd032caf8e329ca8b5ded355',65,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
