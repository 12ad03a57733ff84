PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bom" ("id" INTEGER, "n" INTEGER);
INSERT INTO "bom" VALUES(1,2);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bom.csv',NULL,'d28215750fdf54255db3397dc9deb346c38902e3ef6910445bdede4045e1ad66',14,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
