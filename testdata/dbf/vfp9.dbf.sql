PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "vfp9" ("FIELD1" TEXT, "FIELD2" TEXT, "FIELD3" TEXT, "FIELD4" REAL, "FIELD5" REAL, "FIELD6" INTEGER);
INSERT INTO "vfp9" VALUES('carlos manuel','2013-12-12','2013-12-12T08:30:00',1.7e+10,2500.55,1);
INSERT INTO "vfp9" VALUES('ricardo enrique','2017-08-07','2017-08-07T20:30:00',1.7e+10,2500.45,1);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('vfp9.dbf',NULL,'1acfe8b59adac3936ee3e38ce6e5cdf58339fdc471071f817c3fc1f4db17ce28',669,'dbf','windows-1252',NULL,2,0,'[{"code":"records-deleted","severity":"note","message":"a record that is marked as deleted is left out","count":1,"try":["--deleted"]}]');
COMMIT;
