PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "empty" ("a" INTEGER, "b" INTEGER, "c" INTEGER);
INSERT INTO "empty" VALUES(1,NULL,NULL);
INSERT INTO "empty" VALUES(2,3,4);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/empty.csv',NULL,'f868c0f521228d5afc2c21eac9ad98729d2db969b98126105be844856d9b952a',19,'csv','utf-8','delimiter=,; header=yes',2,0,NULL);
COMMIT;
