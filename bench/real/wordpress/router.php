<?php
/* What WordPress' .htaccess does: a file is itself, all else is index.php. */

$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) ?: '/' );
if ( is_file( $root . $path ) || is_file( rtrim( $root . $path, '/' ) . '/index.php' ) || preg_match( '#\.php(/|$)#', $path ) ) {
	return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
require $root . '/index.php';
