PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "numbers" ("int" INTEGER, "big" INTEGER, "real" REAL, "mixed" TEXT, "code" TEXT, "exp" TEXT, "blank" TEXT, "twenty" TEXT);
INSERT INTO "numbers" VALUES(1,9007199254740993,1.5,'1','007','12e4',NULL,'12345678901234567890');
INSERT INTO "numbers" VALUES(-2,9223372036854775807,0.1,'x','+1','1e-5',NULL,'1');
INSERT INTO "numbers" VALUES(3,0,1e-05,'2','1_000','nan',NULL,'2');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('numbers.csv',NULL,'1e574340fded3f43c71c3cbfded8c7a0229a80773c6d3c9e6f3d03597d05ee25',164,'csv','utf-8','delimiter=,; header=yes',3,0,'[{"code":"text-but-for","severity":"note","message":"the column would be INTEGER but for \"x\"","table":"numbers","column":"mixed","row":2,"count":1,"example":"x","try":["--null","x"]}]');
COMMIT;
