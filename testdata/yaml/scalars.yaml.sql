PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "scalars" ("spelled" TEXT, "yes" TEXT, "on" TEXT, "truth" INTEGER, "octal" INTEGER, "hex" INTEGER, "code" TEXT, "plus" TEXT, "big" TEXT, "pi" REAL, "long" TEXT, "exponent" TEXT, "infinity" TEXT, "nothing" TEXT, "empty" TEXT, "date" TEXT, "time" TEXT, "quoted" TEXT, "tagged" TEXT, "image" BLOB, "nested" TEXT);
INSERT INTO "scalars" VALUES('kept','no','off',1,12,31,'012','+5','12345678901234567890',3.14159,'3.14159265358979323846','12e4','.inf',NULL,NULL,'2024-02-29','2001-12-14t21:59:43.10-05:00','12','12',x'474946383961','{"numbers":[1,1.50,12,12345678901234567890,".nan","012"],"no":"NO","image":{"$base64":true,"encoded":"aGk="}}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('scalars.yaml',NULL,'f4d93b4986f379750f3c1b043739334fcebc1384b6be161ccf445b7661d58f83',412,'yaml','utf-8','shape=one object',1,0,NULL);
COMMIT;
