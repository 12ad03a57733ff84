PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "alltypes_plain.snappy" ("id" INTEGER, "bool_col" INTEGER, "tinyint_col" INTEGER, "smallint_col" INTEGER, "int_col" INTEGER, "bigint_col" INTEGER, "float_col" REAL, "double_col" REAL, "date_string_col" BLOB, "string_col" BLOB, "timestamp_col" TEXT);
INSERT INTO "alltypes_plain.snappy" VALUES(6,1,0,0,0,0,0.0,0.0,x'30342f30312f3039',x'30','2009-04-01T00:00:00');
INSERT INTO "alltypes_plain.snappy" VALUES(7,0,1,1,1,10,1.100000023841858,10.1,x'30342f30312f3039',x'31','2009-04-01T00:01:00');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('alltypes_plain.snappy.parquet',NULL,'9f8c5d74012498235eea4431035484dc61a76f8ad2b2b9cb5ac6972db43de591',1736,'parquet',NULL,'written by=impala version 1.3.0-INTERNAL (build 8a48ddb1eff84592b3fc06bc6f51ec120e1fffc9)',2,0,'[{"code":"binary-text","severity":"doubt","message":"the bytes of a column look like text, which the file does not say: they are BLOBs","table":"alltypes_plain.snappy","column":"date_string_col","count":1,"try":["--binary-text"]},{"code":"binary-text","severity":"doubt","message":"the bytes of a column look like text, which the file does not say: they are BLOBs","table":"alltypes_plain.snappy","column":"string_col","count":1,"try":["--binary-text"]}]');
COMMIT;
