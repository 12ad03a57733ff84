PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "preamble" ("town" TEXT, "people" INTEGER, "area" REAL);
INSERT INTO "preamble" VALUES('Alstadt',1200,3.5);
INSERT INTO "preamble" VALUES('Brühl',880,2.25);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('preamble.csv',NULL,'f003fb90971f52b71f26efd392909b65c87eb9957059cf717cdbdf236f9a5763',90,'csv','utf-8','delimiter=,; skip=3; preamble=Population of the towns
Source: census; header=yes',2,0,'[{"code":"preamble","severity":"note","message":"lines before the table are none of its rows, and are kept in the table of sources","line":1,"count":3,"example":"Population of the towns"}]');
COMMIT;
