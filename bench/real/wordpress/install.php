<?php
/* Makes the tables, a person with an application password, and the records of a run; says the ids as JSON. */

define( 'WP_INSTALLING', true );
require __DIR__ . '/site/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'CRM', 'rep', 'rep@example.com', true, '', 'password-of-a-run' );
update_option( 'permalink_structure', '/%postname%/' );
flush_rewrite_rules();

list( $password ) = WP_Application_Passwords::create_new_application_password( 1, array( 'name' => 'app' ) );
$record = fn( $type, $title, $meta ) => wp_insert_post(
	array(
		'post_type'   => $type,
		'post_title'  => $title,
		'post_status' => 'publish',
		'post_author' => 1,
		'meta_input'  => $meta,
	)
);
$ann = $record( 'customer', 'Ann', array( 'email' => 'ann@example.com' ) );
$rep = $record( 'customer', 'Rep', array( 'email' => 'rep@example.com' ) );
$delivery = $record( 'delivery', 'Box of 12', array( 'delivery_status' => 'Open', 'customer_id' => $ann ) );
$own = $record( 'delivery', 'Box of the rep', array( 'delivery_status' => 'Delivered', 'customer_id' => $rep ) );
global $wpdb;
$row = (int) $wpdb->get_var( "SELECT meta_id FROM $wpdb->postmeta WHERE post_id = $delivery AND meta_key = 'delivery_status'" );
echo "\n" . wp_json_encode( compact( 'password', 'ann', 'rep', 'delivery', 'own', 'row' ) );
