PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "python-dbase3" ("NAME" TEXT, "QTY" INTEGER, "PRICE" REAL, "DAY" TEXT, "OK" INTEGER, "NOTE" TEXT);
INSERT INTO "python-dbase3" VALUES('Zoë',1,1.5,'2024-02-29',1,'Grüße
von weit her');
INSERT INTO "python-dbase3" VALUES(NULL,NULL,NULL,NULL,NULL,'');
INSERT INTO "python-dbase3" VALUES('x x x x x x x x x',-12345,-0.25,'0001-01-01',0,'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('python-dbase3.dbf',NULL,'6102054fb2053ee7a8196dd867bae9d172efa8ae8d2da3cf59a2dffbf3177289',458,'dbf','cp850',NULL,3,0,'[{"code":"records-deleted","severity":"note","message":"a record that is marked as deleted is left out","count":1,"try":["--deleted"]}]');
COMMIT;
