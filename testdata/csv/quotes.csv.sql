PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "quotes" ("a" INTEGER, "b" TEXT);
INSERT INTO "quotes" VALUES(1,'x, "y"
z');
INSERT INTO "quotes" VALUES(2,'');
INSERT INTO "quotes" VALUES(3,'5" pipe');
INSERT INTO "quotes" VALUES(4,'the "old" house');
INSERT INTO "quotes" VALUES(6,'x');
INSERT INTO "quotes" VALUES(7,'"abc"def');
CREATE TABLE "_rejects" ("source" TEXT, "table" TEXT, "line" INTEGER, "byte" INTEGER, "column" TEXT, "type" TEXT, "raw" TEXT, "message" TEXT);
INSERT INTO "_rejects" VALUES('quotes.csv','quotes',7,60,NULL,'unclosed quote','5,"open','a quote is opened and not closed where its cell ends');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('quotes.csv',NULL,'ce228cc7abc1ec8d13445548dc3101be9052ecb361b4d529d0613688b04b9b70',86,'csv','utf-8','delimiter=,; header=yes',6,1,'[{"code":"unclosed-quote","severity":"loss","message":"not read as a row, and kept in the table _rejects: unclosed quote","table":"quotes","line":7,"byte":60,"count":1,"example":"5,\"open","rejected":true},{"code":"quote-as-text","severity":"doubt","message":"a row has a quote where none should be, which is taken for text","table":"quotes","line":6,"byte":39,"count":2,"example":"4,\"the \"old\" house\"","try":["--quote","none"]}]');
COMMIT;
