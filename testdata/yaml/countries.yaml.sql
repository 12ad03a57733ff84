PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "countries" ("code" TEXT, "name" TEXT, "calling" TEXT, "joined" TEXT, "population", "languages" TEXT, "area", "motto" TEXT);
INSERT INTO "countries" VALUES('NO','Norway','+47','1945-11-27',NULL,NULL,NULL,NULL);
INSERT INTO "countries" VALUES('SE','Sweden',NULL,NULL,'10_521_556','["sv","fi",{"minority":"Sámi"}]',NULL,NULL);
INSERT INTO "countries" VALUES('IS','Iceland',NULL,NULL,383726,NULL,103000.0,NULL);
INSERT INTO "countries" VALUES('DK',NULL,NULL,NULL,5961249,NULL,'unknown','Guds hjælp, Folkets kærlighed,
Danmarks styrke
');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('countries.yaml',NULL,'5606633ee379a402f75b1f381a376b633191a4071e5c9cad291a273d9dec473d',422,'yaml','utf-8','shape=rows',4,0,NULL);
COMMIT;
