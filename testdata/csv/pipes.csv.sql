PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "pipes" ("a" INTEGER, "b" TEXT, "c" INTEGER);
INSERT INTO "pipes" VALUES(1,'x, y',2);
INSERT INTO "pipes" VALUES(3,'z',4);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('pipes.csv',NULL,'f1ff82709b803e4039cd56ae94e14761873f124530e6204c0023a0ea390a7b4d',21,'csv','utf-8','delimiter=|; header=yes',2,0,NULL);
COMMIT;
