PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "rows" ("id" INTEGER, "name" TEXT);
INSERT INTO "rows" VALUES(1,'Zoë');
INSERT INTO "rows" VALUES(2,'a,b');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('rows.csv.gz',NULL,'b238e76b939c5b0e60908517a336ebdf538547562df246d32ad9ba1325050d58',43,'gzip','utf-8','compression=gzip; format=csv; delimiter=,; header=yes',2,0,NULL);
COMMIT;
