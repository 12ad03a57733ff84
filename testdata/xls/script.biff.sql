PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "script" ("town" TEXT, "people" INTEGER, "share" REAL);
INSERT INTO "script" VALUES('Zürich',421878,0.25);
INSERT INTO "script" VALUES('Genève',203856,0.3333333333333333);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('script.biff',NULL,'bd6552ba886462602625dcfc796e0f5858fc0165d5870420d06cf0707413a312',175,'biff',NULL,'sheet Sheet1=header in row 1; skip=0',2,0,NULL);
COMMIT;
