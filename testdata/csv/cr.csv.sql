PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "cr" ("a" INTEGER, "b" TEXT);
INSERT INTO "cr" VALUES(1,'x');
INSERT INTO "cr" VALUES(2,'yz');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('cr.csv',NULL,'fc63fb44b4e83b638a52b4a3d42fc99285d4469be2d5b5b8765d82dd53022002',16,'csv','utf-8','newline=CR; delimiter=,; header=yes',2,0,NULL);
COMMIT;
