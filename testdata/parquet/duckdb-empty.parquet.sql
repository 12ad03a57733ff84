PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "duckdb-empty" ("id" INTEGER, "name" TEXT, "price" REAL, "day" TEXT, "list" TEXT);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('duckdb-empty.parquet',NULL,'104b6518f771545decfea5779f6136362b8d47cac72801eb5463fa40a51ca941',188,'parquet',NULL,'written by=DuckDB version v1.5.6 (build 069cc9f9b5)',0,0,NULL);
COMMIT;
