PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "mazovia" ("A1" TEXT, "A2" TEXT);
INSERT INTO "mazovia" VALUES('2020-01-04','English');
INSERT INTO "mazovia" VALUES('2020-01-04','Ś╫êëτ⌡ś');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('mazovia.dbf',NULL,'ee727fa917a9e6b7fd1d5f59f353ce37847a4f761e1538478523448d72851730',397,'dbf','mazovia',NULL,2,0,NULL);
COMMIT;
