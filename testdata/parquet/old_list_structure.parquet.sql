PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "old_list_structure" ("a" TEXT);
INSERT INTO "old_list_structure" VALUES('[[1,2],[3,4]]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('old_list_structure.parquet',NULL,'065b336c65885ab9dfd97cf85ce39a45488ed12d0183917db0a11621b0711e3b',539,'parquet',NULL,'written by=parquet-mr version 1.14.3 (build b5e376a2caee767a11e75b783512b14cf8ca90ec)',1,0,NULL);
COMMIT;
