PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "manifests" ("apiVersion" TEXT, "kind" TEXT, "metadata" TEXT, "spec" TEXT);
INSERT INTO "manifests" VALUES('v1','Service','{"name":"web","labels":{"app":"web"}}',NULL);
INSERT INTO "manifests" VALUES('apps/v1','Deployment','{"name":"web"}','{"replicas":2}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('manifests.yaml',NULL,'dce70230088cbdd9e7aaec7767c323070e392a9ee43b0b657b572be32809405f',191,'yaml','utf-8','shape=rows',2,0,NULL);
COMMIT;
