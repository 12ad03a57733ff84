PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "list_columns" ("int64_list" TEXT, "utf8_list" TEXT);
INSERT INTO "list_columns" VALUES('[1,2,3]','["abc","efg","hij"]');
INSERT INTO "list_columns" VALUES('[null,1]',NULL);
INSERT INTO "list_columns" VALUES('[4]','["efg",null,"hij","xyz"]');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('list_columns.parquet',NULL,'5988ab91b6cb7efa7bf6a77f789b40929212280519be6c9daad56e01d5ceb218',2526,'parquet',NULL,'written by=parquet-cpp version 1.5.1-SNAPSHOT',3,0,NULL);
COMMIT;
