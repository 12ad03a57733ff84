PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "values" ("id" INTEGER, "name" TEXT, "big" INTEGER, "real" REAL, "huge" TEXT, "flag" INTEGER, "none" TEXT, "nested" TEXT, "late" BLOB, "id_2" INTEGER);
INSERT INTO "values" VALUES(1,'Ada',9007199254740993,1.1,'1e400',1,NULL,'{"a":[1,2.50],"b":"x \u0041"}',NULL,NULL);
INSERT INTO "values" VALUES(2,'Grace "H"
',9223372036854775807,120000.0,'12345678901234567890',0,NULL,'[]',x'0001ff',NULL);
INSERT INTO "values" VALUES(4,'é😀 \ud83d',(-9223372036854775807-1),-0.0,'text',NULL,NULL,NULL,NULL,3);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('values.json',NULL,'830022f778c54dce58f640a13e86493a1b00d9337517caab51d6eebc155010dc',474,'json','utf-8','shape=array of objects',3,0,'[{"code":"half-surrogate","severity":"note","message":"an escape is half of a surrogate pair and stays in the text as it is spelled","count":1},{"code":"name-repeated","severity":"note","message":"a name stands again in the same object; the last value has the column, and the one before a column of its own","count":1}]');
COMMIT;
