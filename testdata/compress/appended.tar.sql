PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "rows" ("id" INTEGER, "name" TEXT);
INSERT INTO "rows" VALUES(1,'Zoë');
INSERT INTO "rows" VALUES(2,'a,b');
INSERT INTO "rows" VALUES(3,'late');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('appended.tar',NULL,'cc6437cbf290b4482bf9954d3ae3544d8d090fa0b9730ff34dadb0564f1dd4cb',10240,'tar',NULL,'compression=tar; rows.csv format=csv; rows.csv encoding=utf-8; rows.csv delimiter=,; rows.csv header=yes',3,0,'[{"code":"member-replaced","severity":"note","message":"a file in the archive is left out, as a later one has its name","count":1,"example":"rows.csv"}]');
COMMIT;
