PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "rows" ("id" INTEGER, "name" TEXT);
INSERT INTO "rows" VALUES(1,'Zoë');
INSERT INTO "rows" VALUES(2,'a,b');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('rows.csv.zst',NULL,'db4a6870f16bb9441d1a6df33262fed91ecfc2ced12ceeb3d8634319aa670981',36,'zstd','utf-8','compression=zstd; format=csv; delimiter=,; header=yes',2,0,NULL);
COMMIT;
