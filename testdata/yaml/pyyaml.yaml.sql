PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "pyyaml" ("at" TEXT, "f" REAL, "id" INTEGER, "multi" TEXT, "raw" BLOB, "set" TEXT, "shared" TEXT, "text" TEXT, "when" TEXT);
INSERT INTO "pyyaml" VALUES('2024-01-01 12:30:00',1e+20,0,'a
b
',x'00ff00','{"a":null,"b":null}','{"x":1}','yes','2024-01-01');
INSERT INTO "pyyaml" VALUES('2024-01-01 12:30:01',1e+20,1,'a
b
',x'00ff01','{"a":null,"b":null}','{"x":1}','yes','2024-01-02');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('pyyaml.yaml',NULL,'8bd197e1e04973429895703ca457714105e7be4c91b8dce990b70e5d18f61645',383,'yaml','utf-8','shape=rows',2,0,NULL);
COMMIT;
