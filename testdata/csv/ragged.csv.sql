PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "ragged" ("a" INTEGER, "b" INTEGER, "c" INTEGER, "_extra" TEXT);
INSERT INTO "ragged" VALUES(1,2,NULL,NULL);
INSERT INTO "ragged" VALUES(1,2,3,'["4","five, six"]');
INSERT INTO "ragged" VALUES(1,2,3,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('ragged.csv',NULL,'0678024830d205d00dc1266e168cb262f0fd42010b1ed28b270a29307682fb6c',37,'csv','utf-8','delimiter=,; header=yes',3,0,'[{"code":"cells-surplus","severity":"note","message":"a row has more cells than there are columns; the surplus is in the column _extra","table":"ragged","row":2,"count":1},{"code":"cells-missing","severity":"note","message":"a row has fewer cells than there are columns; the missing ones are NULL","table":"ragged","line":2,"row":1,"byte":6,"count":1}]');
COMMIT;
