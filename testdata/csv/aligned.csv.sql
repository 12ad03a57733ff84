PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "aligned" ("id" INTEGER, "name" TEXT, "score" REAL);
INSERT INTO "aligned" VALUES(1,'anna',3.5);
INSERT INTO "aligned" VALUES(22,'bo and cy',14.5);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('aligned.csv',NULL,'b9f414f1fdd86da4565e0e4df400636cfc773fb974d3056b468290659ba92adb',63,'csv','utf-8','delimiter=spaces; header=yes',2,0,'[{"code":"delimiter-guessed","severity":"doubt","message":"that blanks divide cells is a guess","count":1,"try":["--delimiter","none"]}]');
COMMIT;
