PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "pyshp-lines-m" ("id" INTEGER, "geometry" TEXT, "measures" TEXT);
INSERT INTO "pyshp-lines-m" VALUES(1,'{"type":"LineString","coordinates":[[0,0],[1,1],[2,0]]}','[1,2.5,null]');
INSERT INTO "pyshp-lines-m" VALUES(2,'{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[5,5],[6,6]]]}','[[5,6],[7,8]]');
INSERT INTO "pyshp-lines-m" VALUES(3,NULL,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('pyshp-lines-m.shp',NULL,'7936f4dba382cc466aa19b0be9e43b56e3286a7f4b90bd430af9c6beff7cfe9c',428,'shapefile','utf-8',NULL,3,0,'[{"code":"crs-unknown","severity":"doubt","message":"nothing says in which reference system positions are, as a .prj file does, so that those of points are in the columns x and y","count":1}]');
COMMIT;
