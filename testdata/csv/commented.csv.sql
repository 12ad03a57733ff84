PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "commented" ("chrom" INTEGER, "pos" INTEGER);
INSERT INTO "commented" VALUES(1,82154);
INSERT INTO "commented" VALUES(1,752566);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('commented.csv',NULL,'165b0e2475194dcd44742dee97355965e87d791fccc9e9e08c2906087f225665',44,'csv','utf-8','delimiter=,; skip=1; preamble=# made by hand; header=yes',2,0,'[{"code":"preamble","severity":"note","message":"lines before the table are none of its rows, and are kept in the table of sources","line":1,"count":1,"example":"# made by hand"}]');
COMMIT;
