PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "dbase4-memo" ("CHARACTER" TEXT, "NUMERICAL" REAL, "DATE" TEXT, "LOGICAL" INTEGER, "FLOAT" REAL, "MEMO" TEXT);
INSERT INTO "dbase4-memo" VALUES('One',1.0,'1970-01-01',1,1.23456789012346,'First memo
');
INSERT INTO "dbase4-memo" VALUES('Two',2.0,'1970-12-31',1,2.0,'Second memo');
INSERT INTO "dbase4-memo" VALUES('Three',3.0,'1980-01-01',NULL,3.0,'Thierd memo');
INSERT INTO "dbase4-memo" VALUES('Four',4.0,'1900-01-01',NULL,4.0,'Fourth memo');
INSERT INTO "dbase4-memo" VALUES('Five',5.0,'1900-12-31',NULL,5.0,'Fifth memo');
INSERT INTO "dbase4-memo" VALUES('Six',6.0,'1901-01-01',NULL,6.0,'Sixth memo');
INSERT INTO "dbase4-memo" VALUES('Seven',7.0,'1999-12-31',NULL,7.0,'Seventh memo');
INSERT INTO "dbase4-memo" VALUES('Eight',8.0,'1919-12-31',NULL,8.0,'Eigth memo');
INSERT INTO "dbase4-memo" VALUES('Nine',9.0,NULL,NULL,NULL,'Nineth memo');
INSERT INTO "dbase4-memo" VALUES('Ten records stored in this database',10.0,NULL,NULL,0.1,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('dbase4-memo.dbf',NULL,'3ea7306667131fb2a42fb201e33e3b25a2c0452169c6a890970f348bc65981ee',1826,'dbf','utf-8',NULL,10,0,NULL);
COMMIT;
