<?xml version="1.0" encoding="utf-8" ?>
<ogr:FeatureCollection
     xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
     xsi:schemaLocation="http://ogr.maptools.org/ places2.xsd"
     xmlns:ogr="http://ogr.maptools.org/"
     xmlns:gml="http://www.opengis.net/gml">
  <gml:boundedBy>
    <gml:Box>
      <gml:coord><gml:X>6.143</gml:X><gml:Y>46.204</gml:Y></gml:coord>
      <gml:coord><gml:X>8.541</gml:X><gml:Y>47.376</gml:Y></gml:coord>
    </gml:Box>
  </gml:boundedBy>
                                                                                                                                              
  <gml:featureMember>
    <ogr:places fid="places.0">
      <ogr:geometryProperty><gml:Point srsName="EPSG:4326"><gml:coordinates>7.447,46.948</gml:coordinates></gml:Point></ogr:geometryProperty>
      <ogr:name>Bern</ogr:name>
      <ogr:pop>133115</ogr:pop>
      <ogr:founded>1191-01-01</ogr:founded>
      <ogr:note>on the Aare &amp; old</ogr:note>
    </ogr:places>
  </gml:featureMember>
  <gml:featureMember>
    <ogr:places fid="places.1">
      <ogr:geometryProperty><gml:Point srsName="EPSG:4326"><gml:coordinates>6.143,46.204</gml:coordinates></gml:Point></ogr:geometryProperty>
      <ogr:name>Genève</ogr:name>
      <ogr:pop>203856</ogr:pop>
      <ogr:note></ogr:note>
    </ogr:places>
  </gml:featureMember>
  <gml:featureMember>
    <ogr:places fid="places.2">
      <ogr:geometryProperty><gml:Point srsName="EPSG:4326"><gml:coordinates>8.541,47.376</gml:coordinates></gml:Point></ogr:geometryProperty>
      <ogr:name>Zürich &quot;ZH&quot;</ogr:name>
      <ogr:pop>421878</ogr:pop>
      <ogr:founded>0853-07-21</ogr:founded>
      <ogr:note>x &lt; y</ogr:note>
    </ogr:places>
  </gml:featureMember>
</ogr:FeatureCollection>
