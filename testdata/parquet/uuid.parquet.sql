PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "uuid" ("uuid" TEXT);
INSERT INTO "uuid" VALUES('550e8400-e29b-41d4-a716-446655440000');
INSERT INTO "uuid" VALUES('6ba7b810-9dad-11d1-80b4-00c04fd430c8');
INSERT INTO "uuid" VALUES('f47ac10b-58cc-4372-a567-0e02b2c3d479');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('uuid.parquet',NULL,'f3c7b40f0c4ec40bbdf33c7428ce6da049c694d80da3fee905e0d71234c3c102',217,'parquet',NULL,'written by=hyparquet',3,0,NULL);
COMMIT;
