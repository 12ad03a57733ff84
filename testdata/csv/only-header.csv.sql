PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "only-header" ("a" TEXT, "b" TEXT, "c" TEXT);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('only-header.csv',NULL,'facf7c7ae315fc177ccc74b3d837762f7257b6ded1e1f906b7d034f25590263d',6,'csv','utf-8','delimiter=,; header=yes',0,0,'[{"code":"header-guessed","severity":"doubt","message":"that the first row names the columns is a guess (the first row is taken for it)","count":1,"try":["--no-header"]}]');
COMMIT;
